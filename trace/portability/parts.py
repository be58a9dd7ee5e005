"""Every kind of rows that a producer's data has, in the order in which a reader wants them."""

from .farm_parts import ENTRIES, FARMERS, PARTNERS, PLOTS, PRODUCER
from .goods_parts import BATCHES, CODES, LINKS, PRINTS, PRODUCTS, SHIPMENTS, VOIDS
from .paper_parts import CERTIFICATES, COLLECTED, COMMITMENTS, INSPECTIONS, ITEMS, LICENCES, POLICIES
from .part import Part
from .people_parts import ACTS, ANSWERS, CREDIT, PEOPLE

PARTS: tuple[Part, ...] = (
    *(
        PRODUCER,
        PLOTS,
        FARMERS,
        PARTNERS,
        ENTRIES,
        PRODUCTS,
        BATCHES,
        CODES,
        PRINTS,
        VOIDS,
        LINKS,
        SHIPMENTS,
        COMMITMENTS,
    ),
    *(COLLECTED, INSPECTIONS, ITEMS, CERTIFICATES, POLICIES, LICENCES, CREDIT, ANSWERS, PEOPLE, ACTS),
)

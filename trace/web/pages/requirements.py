"""What stands between a batch and its codes, for the batch's page, and the places where it is mended."""

from collections.abc import Callable, Mapping

from flask import url_for

from ...issue.requirements import Key, Requirement, Step
from ...models import Batch, Origin
from ...printing import next_step


def facts(batch: Batch, unmet: Mapping[Key, Requirement]) -> dict[str, object]:
    """What the page shows of the list: `needs` by key, `todo` for what comes before the form, `place` for the links."""
    todo = next_step.missing(unmet.values())
    return {"needs": unmet, "todo": todo, "place": lambda step: PLACES[step](batch)}


def _farm_record(batch: Batch) -> str:
    """The record of the plot; where the goods were made of others, the way to all plots."""
    if batch.origin is not Origin.HARVEST:
        return url_for("producer.farm_home")
    return url_for("producer.farm_plot", ref=batch.plot_id, batch=batch.id_number)


PLACES: dict[Step, Callable[[Batch], str]] = {
    Step.PROFILE: lambda batch: url_for("producer.profile"),
    Step.PRODUCT: lambda batch: url_for("producer.product", ref=batch.product_id),
    Step.FARM_RECORD: _farm_record,
    Step.INSPECTION: lambda batch: url_for("producer.new_inspection", ref=batch.id_number),
    Step.NEW_BATCH: lambda batch: url_for("producer.new_batch", copy=1),
    Step.COMMITMENT: lambda batch: url_for("producer.new_commitment", ref=batch.id_number),
    Step.PROCESSING: lambda batch: url_for("producer.batches"),
    Step.CERTIFICATES: lambda batch: url_for("producer.certificates"),
    Step.BRANDS: lambda batch: url_for("producer.brands"),
}

"""Products and brands say which commodity (品类) their goods are. The policy's brands are told of; products stay without one until
an officer has confirmed it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

OF_BRANDS = {
    "yanling-peach": "yellow-peach",
    "youxian-tofu": "dried-tofu",
    "chaling-tea": "black-tea",
    "chaling-baizhi": "baizhi",
    "chaling-goose": "air-dried-goose",
    "baiguan-loofah": "loofah",
    "youxian-soybean": "soybean",
    "wangshiwan-pepper": "yellow-chilli",
    "chaling-ginger": "ginger",
    "chaling-garlic": "garlic",
    "zhangxia-camellia-oil": "camellia-oil",
}


def upgrade() -> None:
    op.add_column("brands", sa.Column("commodity", sa.String(40), nullable=True))
    op.add_column("products", sa.Column("commodity", sa.String(40), nullable=True))
    op.add_column("products", sa.Column("materials", sa.String(1000), nullable=True))
    brands = sa.table("brands", sa.column("key"), sa.column("commodity"))
    for key, commodity in OF_BRANDS.items():
        op.execute(brands.update().where(brands.c.key == key).values(commodity=commodity))

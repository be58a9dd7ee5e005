"""What belongs to no producer says itself whether it is of the demonstration, as producers do: brands, lines of the list of
inputs, complaints. What the demonstration entered before is known by its words, which nobody else writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

ENTERED = {
    "brands": "clause = '演示品牌，非真实' AND holder_source = '演示文件，非真实'",
    "farm_inputs": "source IN ('演示：照“演示杀虫剂”标签填写', '演示：某公告，文号从略')",
    "complaints": "what = '演示：包装很新，扫出来却是假码。' AND shop = '演示网店'",
}
CLAUSES = {  # the policy does not say which three 茶陵“三宝” are
    "chaling-baizhi": (
        "二（二）区域公用品牌；一县一特 茶陵“三宝”",
        "二（二）区域公用品牌；一县一特 茶陵“三宝”（条文没有写是哪三样，白芷是按公开资料列入的，请核对）",
    ),
    "chaling-ginger": (
        "二（二）一县一特；茶陵“三宝”",
        "二（二）一县一特；茶陵“三宝”（条文没有写是哪三样，生姜在条文里也单列）",
    ),
    "chaling-garlic": (
        "二（二）一县一特 茶陵“三宝”",
        "二（二）一县一特 茶陵“三宝”；条文没有写是哪三样，大蒜是按公开资料列入的，请核对",
    ),
}


def upgrade() -> None:
    for table, which in ENTERED.items():
        op.add_column(table, sa.Column("demonstration", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.execute(f"UPDATE {table} SET demonstration = true WHERE {which}")
    for key, (was, now) in CLAUSES.items():
        brands = sa.table("brands", sa.column("key"), sa.column("clause"))
        op.execute(brands.update().where(brands.c.key == key, brands.c.clause == was).values(clause=now))

"""A personal datum that no page leads to is deleted by request: a customer's telephone, a name in a remark."""

from pathlib import Path

import click

from ..erasure import acts, purging
from .desk import DATA, desk_of, main

ASKERS = click.Choice([each.value for each in acts.Asker])


@main.command()
@DATA
@click.option("--number", "is_number", is_flag=True, help="The words are a telephone number.")
@click.option("--asker", type=ASKERS, required=True, help="Who asked: the person, an agent, the family of the dead.")
@click.option("--reason", required=True, help="Why, and by what it is known; it stays, so it must not name the person.")
@click.option(
    "--words", prompt="要删除的文字", help="What is deleted. Asked for without it: a shell keeps what is typed."
)
@click.confirmation_option(prompt="在所有登记里永久删除，不能恢复。要删除吗？")
def forget(data: Path, is_number: bool, asker: str, reason: str, words: str) -> None:
    """Delete words that can only mean one person from all rows and events, and from the database's file. Every proof of the log
    holds as before."""
    with desk_of(data) as desk:
        with desk.db.write.begin() as session:
            erased = acts.erase_words(
                session, desk.installation, desk.actor, words, is_number=is_number, asker=asker, reason=reason
            )
        purging.purge(desk.db)
    click.echo(told(erased))


def told(erased: acts.Erased) -> str:
    """What was done, in one line."""
    said = "、".join(f"{table} {count}" for table, count in sorted(erased.blanked.items()) if count)
    left = "、".join(f"{table} {count}" for table, count in sorted(erased.left.items()) if count)
    return f"已删除：{said}；文件 {erased.files} 个" + (f"；还留着：{left}" if left else "")

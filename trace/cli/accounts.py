"""Accounts, and the contacts of closed cases."""

import secrets
import sys
from pathlib import Path

import click

from ..accounts import signin
from ..cases import case
from ..models import Role
from .desk import DATA, desk_of, main


@main.group()
def account() -> None:
    """Accounts."""


@account.command("add")
@DATA
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--county", default="", help="GB/T 2260 code that limits an officer; empty for the whole city.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; a random one is printed otherwise."
)
def account_add(data: Path, login: str, name: str, role: str, county: str, password_stdin: bool) -> None:
    """Open an account."""
    password = _password(password_stdin)
    with desk_of(data) as desk, desk.db.write.begin() as session:
        signin.add_account(
            session,
            desk.actor,
            desk.installation.policy,
            login=login,
            name=name,
            role=role,
            county=county,
            password=password,
        )
    click.echo(login if password_stdin else f"{login} {password}")


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(12)


@account.command("disable")
@DATA
@click.argument("login")
def account_disable(data: Path, login: str) -> None:
    """End an account and its sessions."""
    with desk_of(data) as desk, desk.db.write.begin() as session:
        signin.disable(session, desk.actor, signin.account_called(session, login))
    click.echo(f"{login} 已停用")


@account.command("passwd")
@DATA
@click.argument("login")
@click.option("--password-stdin", is_flag=True)
def account_passwd(data: Path, login: str, password_stdin: bool) -> None:
    """Set a new password; the account's sessions end."""
    password = _password(password_stdin)
    with desk_of(data) as desk, desk.db.write.begin() as session:
        signin.set_password(session, desk.actor, signin.account_called(session, login), password)
    click.echo(login if password_stdin else f"{login} {password}")


@main.group()
def cases() -> None:
    """Complaints and claims."""


@cases.command("forget")
@DATA
def cases_forget(data: Path) -> None:
    """Destroy the contacts of cases closed longer ago than the policy file says. To be run daily."""
    with desk_of(data) as desk, desk.db.write.begin() as session:
        click.echo(f"已销毁 {case.forget_contacts(session, desk.installation.policy, desk.actor)} 份联系方式")

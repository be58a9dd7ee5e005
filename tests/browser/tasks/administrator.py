"""What an administrator does with accounts, at a desk."""

from .hand import Hand
from .task import Person

ADMINISTRATOR = Person("An administrator", "admin", "bureau/accounts", 1280)


@ADMINISTRATOR.does("Open an account for an officer of a county")
def account(at: Hand) -> None:
    at.write("登录名", "demo.new")
    at.write("姓名或单位", "演示：新来的审核员")
    at.choose("角色", "监管人员")
    at.choose("范围", "攸县")
    at.write("初始密码", "a pear in a tree")
    at.press("开通")
    at.sees("demo.new")


@ADMINISTRATOR.does("Give an officer who forgot the password a new one", taps=4)
def new_password(at: Hand) -> None:
    at.follow("county")
    at.press("发一次性密码")
    at.sees("county")

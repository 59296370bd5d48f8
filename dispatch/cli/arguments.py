"""What is wrong with how a command was written, said in Vietnamese first: for all verbs in this one place."""

import re
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

# How an instant is written, in UTC.
INSTANT_FORMS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"]

# What the library's words begin with or contain, and the same in Vietnamese. The first that fits is said.
_OF_THE_COMMAND = (
    (r"No such command '(.+?)'", "Không có lệnh {0}."),
    (r"No such option: (\S+)", "Không có tuỳ chọn {0}."),
    (r"Missing option '(.+?)'", "Thiếu tuỳ chọn {0}."),
    (r"Missing argument '(.+?)'", "Thiếu {0}."),
    (r"Option '(.+?)' requires an argument", "Tuỳ chọn {0} cần một giá trị."),
    (r"Option '(.+?)' does not take a value", "Tuỳ chọn {0} không nhận giá trị."),
    (r"unexpected extra argument\S* \((.+)\)", "Thừa: {0}."),
)
_OF_A_VALUE = (
    (r"less than or equal to (\S+)", "phải nhỏ hơn hoặc bằng {0}"),
    (r"greater than or equal to (\S+)", "phải lớn hơn hoặc bằng {0}"),
    (r"valid integer", "phải là số nguyên"),
    (r"valid number", "phải là một số"),
    (r"does not match the formats? (.+?)\.?$", "phải có dạng {0}"),
    (r"does not exist", "không có tệp hay thư mục này"),
    (r"is a directory", "là thư mục, không phải tệp"),
    (r"is a file", "là tệp, không phải thư mục"),
    (r"is not readable", "không đọc được"),
    (r"is not writable", "không ghi được"),
    (r"", "không dùng được"),
)


class Commands(TyperGroup):
    """The verbs. Who writes one wrongly is told so in both languages, and the process ends with code 2."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Runs the verb that was written, and ends the process."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except TyperException as error:
            english = re.sub(r"\s+", " ", _tell(error))
            typer.echo(f"{translate(english)}\n{english}", err=True)
            sys.exit(getattr(error, "exit_code", 2))
        except typer.Abort:
            typer.echo("Đã dừng / stopped.", err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def translate(english: str) -> str:
    """What the library says of a command, in Vietnamese."""
    for pattern, vietnamese in _OF_THE_COMMAND:
        if found := re.search(pattern, english):
            return vietnamese.format(*found.groups())
    value = re.match(r"Invalid value(?: for '(.+?)')?: (.*)", english)
    if value is None:
        return "Không hiểu lệnh này; thêm --help để xem cách viết."
    for pattern, vietnamese in _OF_A_VALUE:
        if found := re.search(pattern, value[2]):
            return f"Giá trị của {value[1] or 'tuỳ chọn'} {vietnamese.format(*found.groups())}."
    return ""


def _tell(error: TyperException) -> str:
    tell = getattr(error, "format_message", None)
    return str(tell() if tell else error)

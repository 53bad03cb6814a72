"""Text with any characters: PostgreSQL knows no NUL, so that it is written as two signs, and read as one; the order stays."""

from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.string import StrDumper

NUL, ONE = "\x00", "\x01"


class AnyText(StrDumper):
    """To the database."""

    def dump(self, obj: str) -> Buffer | None:
        if NUL in obj or ONE in obj:
            obj = obj.replace(ONE, ONE + "\x02").replace(NUL, ONE + ONE)
        return obj.encode()


class TextLoader(Loader):
    """From the database."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        return text if ONE not in text else text.replace(ONE + ONE, NUL).replace(ONE + "\x02", ONE)

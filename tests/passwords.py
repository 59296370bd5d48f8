"""Passwords of tests are tried quickly: a stored hash names its own cost, and the centre tries it at that.

At full cost a sign-in takes a tenth of a second of the processor, and the suite signs in hundreds of times.
"""

import psycopg
from argon2 import PasswordHasher

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


def make_sign_in_quick(dsn: str, password: str) -> None:
    """Keep the demo accounts' password as a cheap hash from now on; the centre at `dsn` has made them."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "UPDATE centre.users SET password_hash = %s WHERE demo", (QUICK_HASHER.hash(password),)
        )

"""Typed lines are kept verbatim, with who and when and what was refused of them."""

from dispatch.store.audit import Audit, AuditEntry
from dispatch.usecases.command_line.send import KeepLine, SentLine


def keep_in(audit: Audit) -> KeepLine:
    """Keeps them in the audit."""

    async def keep(sent: SentLine) -> None:
        detail: dict[str, object] = {
            "line": sent.line,
            "echo": sent.reading.echo,
            "refused": [a.refused for a in sent.answers],
        }
        await audit.keep(AuditEntry(at=sent.at, actor=sent.actor_id, act="typed_line", detail=detail))

    return keep

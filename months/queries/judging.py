"""Who may judge an appeal: nobody who is concerned."""

from months.queries import closing


async def own_matter(account_id: int, *, filed_by: int, unit_id: int, month: int) -> bool:
    """Tell whether somebody may not judge an appeal: filed by oneself or one's own people, or about an own unit."""
    judge, filer = await closing.party(account_id, month), await closing.party(filed_by, month)
    same = judge.account_id == filer.account_id or (judge.unit_id is not None and judge.unit_id == filer.unit_id)
    return same or unit_id in judge.own_units

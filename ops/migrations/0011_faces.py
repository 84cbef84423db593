"""What everybody sees of a month from its freeze until its publication."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

# Places scored while a month is hidden are numbered apart: else the numbers of open boards would tell how often.
RULES = """
ALTER TABLE board_face
  ADD CONSTRAINT board_face_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT board_face_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id);
CREATE TRIGGER board_face_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON board_face
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE SEQUENCE hidden_snapshot AS integer MINVALUE 1000000000 START 1000000000;
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0010_life")]

    operations = [
        ops.CreateModel(
            name="BoardFace",
            fields=[
                (
                    "month",
                    fields.IntField(generated=False, primary_key=True, unique=True, db_index=True),
                ),
                ("snapshot_id", fields.IntField()),
                ("known_until", fields.DatetimeField(**_MOMENT)),
                ("at", fields.DatetimeField(**_MOMENT)),
            ],
            options={
                "table": "board_face",
                "app": "shifen",
                "pk_attr": "month",
                "table_description": "What everybody sees of a month from its freeze until its publication: facts known before `known_until`, and no other.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]

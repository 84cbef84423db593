"""What an account is called in English; whoever has an account as a person of the organisation is called as that person is."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

KNOWN = """
UPDATE account a SET name_en = u.name_en FROM unit u
WHERE u.id = a.unit_id AND u.name_zh = a.display_name AND u.name_en <> '' AND length(u.name_en) <= 80;
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0026_identities")]

    operations = [
        ops.AddField(model_name="Account", name="name_en", field=fields.CharField(max_length=80, null=True)),
        ops.RunSQL(KNOWN),
    ]

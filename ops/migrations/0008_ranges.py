"""How sure totals and places are."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0007_exclusions")]

    operations = []

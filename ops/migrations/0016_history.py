"""The organisation as it was known at any moment."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0015_changes")]

    operations = []

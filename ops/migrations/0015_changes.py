"""Change sets, restatements, and facts put in quarantine."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0014_notices")]

    operations = []

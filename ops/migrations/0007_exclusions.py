"""Units left out of awards or of statistics, with reason and approver."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0006_simulations")]

    operations = []

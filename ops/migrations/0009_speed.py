"""What makes small changes cheap."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0008_ranges")]

    operations = []

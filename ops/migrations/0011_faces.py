"""What the public sees while a month is frozen."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0010_life")]

    operations = []

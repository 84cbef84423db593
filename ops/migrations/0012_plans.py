"""Plans of months in versions, activities and their records."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0011_faces")]

    operations = []

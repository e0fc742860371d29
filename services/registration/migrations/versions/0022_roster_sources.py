"""What the files of source systems told of schools and classes."""

from alembic import op

from libs.shared.db import tenancy

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE roster_source (municipality_code varchar NOT NULL, source varchar NOT NULL,"
        " moment timestamptz NOT NULL, whole_file_id uuid,"
        " CONSTRAINT pk_roster_source PRIMARY KEY (municipality_code, source))"
    )
    op.execute(
        "CREATE TABLE roster_source_place (municipality_code varchar NOT NULL, source varchar NOT NULL,"
        " sort varchar NOT NULL, sourced_id varchar NOT NULL, institution_number varchar NOT NULL,"
        " school_year varchar NOT NULL, name varchar NOT NULL,"
        " CONSTRAINT pk_roster_source_place PRIMARY KEY (municipality_code, source, sort, sourced_id),"
        " CONSTRAINT ck_roster_source_place_sort CHECK (sort IN ('school', 'school_year', 'class', 'other')))"
    )
    for table in ("roster_source", "roster_source_place"):
        tenancy.enable(op, table)


def downgrade() -> None:
    op.execute("DROP TABLE roster_source_place")
    op.execute("DROP TABLE roster_source")

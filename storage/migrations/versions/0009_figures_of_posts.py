"""How long decisions on posts took, how their words did, how long channels differed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.String(length=320), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_decided_at", ["decided_at"], unique=False)
    op.create_table(
        "post_quality",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posted_at", _TIME, nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_quality")),
    )
    with op.batch_alter_table("post_quality", schema=None) as batch_op:
        batch_op.create_index("ix_post_quality_posted_at", ["posted_at"], unique=False)
    op.create_table(
        "contradiction",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradiction")),
    )
    with op.batch_alter_table("contradiction", schema=None) as batch_op:
        batch_op.create_index("ix_contradiction_incident_id", ["incident_id"], unique=False)


def downgrade() -> None:
    op.drop_table("contradiction")
    op.drop_table("post_quality")
    op.drop_table("decision")

"""PostgreSQL: sessions with a tenant context, migrations, roles and row-level security."""

"""Databases of this clone: made from a template that already holds all dependencies.

database.py template        make it if it is missing, print its name
database.py create NAME     a fresh copy of the template, files included
database.py exists NAME     tell by the exit status
database.py drop NAME
database.py leftovers NAME  print what the module left behind after its uninstall
"""

import ast
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg2
from psycopg2 import sql

REPO = Path(__file__).resolve().parents[2]
INSTANCE = REPO / ".odoo"
LANGUAGES = "en_US,zh_CN"  # the first one becomes the default


@contextlib.contextmanager
def connection(name="postgres"):
    """Yield a cursor that commits by itself (PGHOST, PGPORT ... say where)."""
    conn = psycopg2.connect(dbname=name, password=password())
    conn.autocommit = True
    try:
        with conn.cursor() as cr:
            yield cr
    finally:
        conn.close()


def password():
    """Return the password of the private cluster."""
    return (INSTANCE / "pgpass").read_text().strip().rsplit(":", 1)[1]


def dependencies():
    """Return the modules that ours needs, sorted."""
    manifest = ast.literal_eval((REPO / "__manifest__.py").read_text("utf-8"))
    return sorted(manifest["depends"])


def template_name():
    """Name the template after what is in it: Odoo's release and the dependencies."""
    release = Path(os.environ["ODOO_ROOT"], "odoo", "release.py").read_bytes()
    content = release + repr((dependencies(), LANGUAGES)).encode()
    return "template_" + hashlib.sha256(content).hexdigest()[:12]


def filestore(name):
    return INSTANCE / "data" / "filestore" / name


def exists(name):
    with connection() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cr.fetchone())


def drop(name):
    """Drop database and files; whoever is connected is thrown out."""
    query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with connection() as cr:
        cr.execute(query.format(sql.Identifier(name)))
    shutil.rmtree(filestore(name), ignore_errors=True)


def odoo(*args):
    """Run Odoo's command line; tell what it said if it failed."""
    log = INSTANCE / "odoo.log"
    command = [sys.executable, str(INSTANCE / "lib" / "odoo-bin"), *args]
    with log.open("w") as out:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
        )
    if done.returncode:
        sys.stderr.writelines(log.read_text("utf-8").splitlines(True)[-20:])
        sys.exit(f"error: odoo {' '.join(args)} failed: see {log}")


def _drop_old_templates():
    with connection() as cr:
        cr.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'")
        names = [row[0] for row in cr.fetchall()]
    for name in names:
        drop(name)


def _build_template(name):
    part = name + "_part"
    drop(part)
    print("installing the modules we depend on (once)", file=sys.stderr, flush=True)
    odoo(
        "-c", str(INSTANCE / "odoo.conf"), "-d", part, "-i", ",".join(dependencies()),
        f"--load-language={LANGUAGES}", "--stop-after-init", "--no-http",
        "--log-level=error",
    )  # fmt: skip
    shutil.rmtree(filestore(name), ignore_errors=True)
    if filestore(part).exists():
        filestore(part).rename(filestore(name))
    with connection(part) as cr:
        cr.execute(CALLS_HOME)
    query = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with connection() as cr:
        cr.execute(query.format(sql.Identifier(part), sql.Identifier(name)))


# Nothing of ours asks another machine: the job that reports to Odoo's makers stays off.
CALLS_HOME = """
    UPDATE ir_cron SET active = false FROM ir_model_data data
     WHERE data.model = 'ir.cron' AND data.res_id = ir_cron.id
       AND data.name = 'ir_cron_module_update_notification'
"""


@contextlib.contextmanager
def _locked():
    with open(INSTANCE / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def template():
    """Return the template's name; make it if it is missing."""
    name = template_name()
    with _locked():
        if not exists(name):
            _drop_old_templates()
            _build_template(name)
    return name


def create(name, source=None):
    """Make database `name` anew as a copy of `source` or the template."""
    source = source or template()
    drop(name)
    query = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with _locked(), connection() as cr:
        cr.execute(query.format(sql.Identifier(name), sql.Identifier(source)))
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(name))


LEFTOVERS = """
    SELECT 'relation ' || relname FROM pg_class
     WHERE relname LIKE 'serial\\_%' AND relnamespace = 'public'::regnamespace
 UNION SELECT 'function ' || proname FROM pg_proc
     WHERE proname LIKE 'serial\\_%' AND pronamespace = 'public'::regnamespace
 UNION SELECT 'trigger ' || tgname FROM pg_trigger
     WHERE tgname LIKE 'serial\\_%' AND NOT tgisinternal
 UNION SELECT 'record ' || module || '.' || name FROM ir_model_data
     WHERE module = 'serial_dossier'
"""


def leftovers(name):
    """Return what the uninstall of our module forgot."""
    with connection(name) as cr:
        cr.execute(LEFTOVERS)
        return sorted(row[0] for row in cr.fetchall())


def main(command, *args):
    result = {
        "template": template,
        "exists": lambda name: sys.exit(not exists(name)),
        "create": create,
        "drop": drop,
        "leftovers": leftovers,
    }[command](*args)
    if result:
        print(*([result] if isinstance(result, str) else result), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

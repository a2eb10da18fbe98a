"""A Spark cluster on this machine: master, two workers and a Thrift server, all on loopback.

    python scripts/spark_cluster.py                    # until Ctrl-C; says what to export
    python scripts/spark_cluster.py -- dbt seed --target spark

Everything - tables, metastore, logs - lives in a temporary folder and is gone when it stops.
"""

import argparse
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyspark
from pyhive import hive

HOST = "127.0.0.1"
SPARK_HOME = Path(pyspark.__file__).parent
SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
JAVA_OPTIONS = "-XX:+UseSerialGC"
# Starting fast is worth more than running fast later.
JAVA_QUICK = f"{JAVA_OPTIONS} -XX:TieredStopAtLevel=1"
# In the memory of the server.
METASTORE = "jdbc:derby:memory:metastore;create=true"
# Without the prefix a setting has no effect.
SESSION = {"set:hiveconf:spark.sql.session.timeZone": "UTC"}
SECONDS_TO_START = 300
# Hive loads all its functions when a session closes, one of them asks for this interface, and the
# wheel of PySpark has not the library of Hive that it is in: now and then a session fails to close.
MISSING = "org/apache/hadoop/hive/llap/security/LlapSigner$Signable"


def free_port():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return taken.getsockname()[1]


def empty_interface(name):
    """A Java interface without methods, as compiled for Java 8 (JVM Specification, 4.1)."""

    def text(value):
        return struct.pack(">BH", 1, len(value)) + value.encode()

    names = b"\x07\0\x02" + text(name) + b"\x07\0\x04" + text("java/lang/Object")
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 52, 5)
    # public abstract interface; itself, its parent; no interfaces, fields, methods, attributes
    return head + names + struct.pack(">7H", 0x0601, 1, 3, 0, 0, 0, 0)


@dataclass
class Cluster:
    """Ports and processes; `environment` is what profiles.yml reads."""

    folder: Path
    master_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    processes: dict = field(default_factory=dict)

    @property
    def master(self):
        return f"spark://{HOST}:{self.master_port}"

    @property
    def environment(self):
        return {"WAYMARK_SPARK_HOST": HOST, "WAYMARK_SPARK_PORT": str(self.port)}

    def connect(self):
        return hive.connect(
            host=HOST, port=self.port, username="waymark", auth="NONE", configuration=SESSION
        )

    def log(self, name):
        return self.folder / f"{name}.log"

    def start(self, name, memory, *command):
        """A process in a group of its own: with a worker go the executors that it started."""
        folder = self.folder / name
        folder.mkdir()
        environment = {
            **os.environ,
            "SPARK_HOME": str(SPARK_HOME),
            "SPARK_CONF_DIR": str(self.folder),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(folder),
            "SPARK_WORKER_DIR": str(folder),
            "SPARK_NO_DAEMONIZE": "1",
            "SPARK_DAEMON_MEMORY": memory,
            # The server plans for minutes: its code is worth compiling well.
            "SPARK_DAEMON_JAVA_OPTS": JAVA_OPTIONS if name == "server" else JAVA_QUICK,
            "SPARK_LAUNCHER_OPTS": JAVA_QUICK,
        }
        with self.log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [SPARK_HOME / "bin" / command[0], *command[1:]],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name, how=signal.SIGTERM):
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait(self, name, ready):
        """Until `ready()` does not raise; says what the log ends with if the process is gone."""
        end = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                return ready()
            except Exception as error:
                if self.processes[name].poll() is not None or time.monotonic() > end:
                    lines = self.log(name).read_text(errors="replace").splitlines()
                    lines = [line for line in lines if not line.startswith("\tat ")]
                    raise RuntimeError("\n".join([f"Spark: no {name}", *lines[-20:]])) from error
                time.sleep(0.1)

    def query(self, sql):
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def start_worker(self, name, cores, memory):
        self.start(
            name, "256m", "spark-class", "org.apache.spark.deploy.worker.Worker", self.master,
            "--host", HOST, "--webui-port", "0", "--cores", str(cores), "--memory", memory,
        )  # fmt: skip

    def start_server(self, memory, settings):
        configuration = {
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.executor.extraJavaOptions": JAVA_QUICK,
            "spark.ui.enabled": "false",
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.hadoop.javax.jdo.option.ConnectionURL": METASTORE,
            # Tables of a few thousand rows: each further task or file only costs, and so does
            # Java code made of each query.
            "spark.sql.shuffle.partitions": 2,
            "spark.default.parallelism": 2,
            "spark.sql.codegen.wholeStage": "false",
            **settings,
        }
        options = [f"--conf={name}={value}" for name, value in configuration.items()]
        self.start(
            "server", memory, "spark-submit", "--master", self.master, "--class", SERVER, *options,
            "spark-internal",
            "--hiveconf", f"hive.server2.thrift.port={self.port}",
            "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
        )  # fmt: skip


@contextmanager
def spark_cluster(workers=2, cores=1, memory="1500m", executor_memory="1g", settings=None):
    """A cluster that answers queries; stops whatever it started, also after a failure."""
    with ExitStack() as after:
        folder = Path(after.enter_context(tempfile.TemporaryDirectory(prefix="waymark_spark_")))
        cluster = Cluster(folder)
        # The folder of the configuration is on the class path.
        missing = folder / f"{MISSING}.class"
        missing.parent.mkdir(parents=True)
        missing.write_bytes(empty_interface(MISSING))
        # Last in, first out: the server ends its executors before their workers go.
        after.callback(lambda: [cluster.stop(name) for name in reversed([*cluster.processes])])
        cluster.start(
            "master", "256m", "spark-class", "org.apache.spark.deploy.master.Master",
            "--host", HOST, "--port", str(cluster.master_port), "--webui-port", "0",
        )  # fmt: skip
        # A worker or driver that finds no master tries again only seconds later.
        cluster.wait(
            "master", lambda: socket.create_connection((HOST, cluster.master_port)).close()
        )
        for number in range(workers):
            cluster.start_worker(f"worker_{number + 1}", cores, memory)
        # The driver holds the plans of all models, some of them of thousands of lines.
        cluster.start_server("4g", {"spark.executor.memory": executor_memory, **(settings or {})})
        # Quietly: pyhive complains of each attempt.
        cluster.wait("server", lambda: socket.create_connection((HOST, cluster.port)).close())
        cluster.wait("server", lambda: cluster.query("select 1"))
        yield cluster


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", default="1500m", help="of each worker")
    parser.add_argument("--executor-memory", default="1g", help="of it for the executor")
    parser.add_argument("command", nargs="*", help="to run while the cluster is up")
    arguments = parser.parse_args()
    # A polite kill stops the cluster too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    with spark_cluster(
        arguments.workers, arguments.cores, arguments.memory, arguments.executor_memory
    ) as cluster:
        print(f"ready after {time.monotonic() - began:.0f} s; logs in {cluster.folder}", flush=True)
        if arguments.command:
            environment = {**os.environ, **cluster.environment}
            sys.exit(subprocess.run(arguments.command, env=environment).returncode)
        for name, value in cluster.environment.items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()

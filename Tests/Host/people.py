"""What people on a host are told: by a command that may not see everything, and by one that finds a plane stopped."""

WATCHER = "runuser -u nanda-planes-watch -- env HOME=/var/lib/nanda-planes-watch"


class People:
    def __init__(self, machine):
        self.machine = machine

    def reader_reports(self):
        """Only training jobs may open the training plane's socket. That is a rule, and no fault."""
        done = self.machine.run(f"{WATCHER} planectl report iris")
        return (done.returncode == 0 and "without the log of training-plane" in done.stderr
                and "not read: training-plane" in done.stdout and "production" in done.stdout)

    def reader_examines(self):
        done = self.machine.run(f"{WATCHER} planectl doctor")
        unseen = [line for line in done.stdout.splitlines() if line.startswith("unseen")]
        return (done.returncode == 0 and any("training-plane" in line and "training-jobs" in line for line in unseen)
                and any("/etc/nanda-planes/private" in line for line in unseen))

    def hears_of_units(self):
        self.machine.must("systemctl stop 'governance-plane-*.socket' && systemctl stop governance-plane")
        told = [self.machine.run(f"planectl {command}", user="olga") for command in ("status", "doctor", "models")]
        self.machine.must("systemctl start governance-plane")
        return all(done.returncode == 3 and "systemctl start nanda-planes.target" in done.stdout + done.stderr
                   and "planectl up" not in done.stdout + done.stderr for done in told)

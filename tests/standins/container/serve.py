"""Starts the inference toolkit as the container does: python serve.py BASE INFERENCE_PORT MANAGEMENT_PORT.

Runs in the environment of tools/container_env.py. What differs from the container, and only that: the
configuration lies in BASE instead of /etc, the addresses are loopback's with two ports of our own, the server
that the toolkit waits for is looked up in this process group instead of on the whole machine, and all of it
ends when the process that started it is gone (a killed test run leaves no Java behind).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import psutil
from sagemaker_huggingface_inference_toolkit import mms_model_server, serving
from sagemaker_inference import model_server


def end_with(parent: int) -> None:
    """Kill this process group once `parent` isn't our parent any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)


def main(base: str, inference: str, management: str) -> None:
    config = f"{base}/mms.properties"
    generate = model_server._generate_mms_config_properties

    def properties(env, handler=None):
        lines = generate(env, handler).splitlines()
        addresses = {"inference_address": inference, "management_address": management}
        kept = [line for line in lines if line.partition("=")[0] not in addresses]
        told = [f"{name}=http://127.0.0.1:{port}" for name, port in addresses.items()]
        return "\n".join(kept + told) + "\n"

    def find(timeout):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for process in psutil.process_iter():
                try:
                    ours = os.getpgid(process.pid) == os.getpgid(0)
                    if ours and model_server.MMS_NAMESPACE in process.cmdline():
                        return process
                except (psutil.Error, ProcessLookupError):
                    continue
            time.sleep(0.1)
        raise TimeoutError("multi-model-server did not start")

    model_server.MMS_CONFIG_FILE = mms_model_server.MMS_CONFIG_FILE = config
    model_server._generate_mms_config_properties = properties
    mms_model_server._retry_retrieve_mms_server_process = find
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    serving.main()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""sm-bridge 0.8.0 under uvicorn, with the very records that another registry lists: the floor of `run.sh nanda`."""

import argparse
import json
import urllib.parse
import urllib.request

import uvicorn
from fastapi import FastAPI
from sm_bridge import SmBridge
from sm_bridge.models import SmAgentFacts


def records(url):
    """Every agent that the registry at `url` lists."""
    query = {"limit": 500}
    while True:
        with urllib.request.urlopen(f"{url}/nanda/index?{urllib.parse.urlencode(query)}") as answer:
            page = json.load(answer)
        yield from page["agents"]
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


class Records:
    """An AgentConverter over records that need no conversion."""

    def __init__(self, agents):
        self.agents = {facts.agent_name: facts for facts in agents}
        self.order = list(self.agents.values())

    def to_sm(self, agent):
        return agent

    def list_agents(self, limit=100, offset=0):
        return iter(self.order[offset : offset + limit])

    def get_agent(self, agent_id):
        return self.agents.get(agent_id)

    def is_public(self, agent):
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    agents = [SmAgentFacts.model_validate(record) for record in records(arguments.source)]
    bridge = SmBridge(
        registry_id="my-models", provider_name="My models", provider_url="http://localhost:8370",
        converter=Records(agents))
    app = FastAPI()
    app.include_router(bridge.router)
    app.include_router(bridge.wellknown_router)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()

import os, random
from tests.scenarios.test_random_walk import *
from syncd.store.journal import history
async def test_probe(office):
    seed=int(os.environ["SEED"]); num=os.environ["NUM"]
    chance=random.Random(seed)
    async with office.configured(small_pages) as office:
        done=await walk(office, chance); office.heal()
        for _ in range(3): await office.run()
        print(disagreements(office))
        job=next(j for j in office.jobs().values() if j["GlobalReference"]==num)
        print({k:v for k,v in job.items() if k!="Description"})
        print(office.visits().get(num))
        link=office.link_of(job); print(link)
        for h in office.app.database.read_now(history, link.link_id): print({k:v for k,v in h.items() if k not in("id","connection","link_id","cycle_id","job_id")} if len(str(h))<900 else (h["event"],h["why"], h["visit_id"]))
        print(office.inbox(), office.outbox())
        print([r for r in office.rows("observations") if num in str(r)])

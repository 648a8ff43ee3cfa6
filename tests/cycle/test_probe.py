import time, asyncio
from tests.cycle.test_sweep_faults import *
async def test_probe(office, monkeypatch):
        c=office
        await c.run()
        import syncd.vendor_http as vh
        old=vh.VendorHttp._is_enough
        def enough(self, state):
            r=old(self,state); print("enough", state.upcoming_sleep, self._patience, r); return r
        monkeypatch.setattr(vh.VendorHttp,"_is_enough",enough)
        c.fault(path=VISITS, after=1, times=None, **BROKEN["500"])
        t=time.time(); r=await c.run(); print("run", time.time()-t, r.outcome, r.errors, r.requests)

"""Telling people outside: what stands, the daily summary, and the dead man's switch.

The daemon is the only caller (`run-once` tells by its exit code; cron sends that on):

    notifier = Notifier(settings, database, clock=utc_now)
    await notifier.tick()                        every few seconds, from the daemon's own tick
    notifier.cycle_ended("northgate", is_healthy=True)      after every cycle that came to its end
    notifier.cycle_failed("northgate", error)    after one that raised, whatever it raised
    notifier.reload(settings)                    after a good reload
    await notifier.close()                       within two seconds

`tick` comes back within seconds whatever hangs: a cycle, the store, or a target. No method raises.
What was told is remembered in the store, so that a restart says nothing twice, and in memory while
the store cannot be written. It is written after a message was taken: whoever is killed in between
says one message again rather than none.
"""

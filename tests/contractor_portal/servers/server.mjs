// A contractor portal on a real tRPC server: node server.mjs VERSION TRANSFORMER.
// VERSION is 10 or 11, TRANSFORMER none or superjson. Prints its port, serves until killed.
import superjson from "superjson";

const [version, transformer] = process.argv.slice(2);
// Debian 12's Node has no such method, which tRPC 11 calls; nothing here sets a cookie.
Headers.prototype.getSetCookie ??= () => [];
const { initTRPC, TRPCError } = await import(`trpc${version}`);
const { createHTTPServer } = await import(`trpc${version}/adapters/standalone`);
const { z } = await import(version === "10" ? "zod3" : "zod4");

const packing = transformer === "superjson" ? { transformer: superjson } : {};
const t = initTRPC.context().create({ isDev: false, ...packing });

const open = t.procedure.use(({ ctx, next }) => {
  if (!ctx.isSignedIn) throw new TRPCError({ code: "UNAUTHORIZED", message: "No session" });
  return next();
});
const who = { shortName: z.string(), contractorId: z.string() };
const about = { ...who, jobId: z.string() };

const start = () =>
  Object.fromEntries(
    ["J1", "J2", "J3"].map((jobId, n) => [
      jobId,
      {
        jobId,
        propertyId: `P${n}`,
        propertyAddress: `${n + 1} Mill Lane, Leeds`,
        title: "Tap drips",
        description: n === 1 ? null : "Kitchen – cold tap ✓",
        status: "Open",
        priority: "Medium",
        reportedDate: "2026-03-01T09:00:00.000Z",
        completedDate: null,
        estimatedCost: 99.5,
        actualCost: null,
        category: "Plumbing",
        tenantName: "Ada Fenwick",
        landlordName: null,
        accessDetails: undefined,
        metadata: { OID: jobId, Raised: new Date("2026-03-01T09:00:00Z") },
      },
    ]),
  );
const jobs = start();
const notes = [];
const invoices = [];

// A job whose id is the name of an error code answers with that error.
function found(jobId) {
  if (/^[A-Z_]{6,}$/.test(jobId)) throw new TRPCError({ code: jobId, message: `told ${jobId}` });
  return jobs[jobId] ?? null;
}

const contractor = t.router({
  status: open.query(() => ({ status: "ok", at: new Date("2026-03-01T00:00:00Z") })),
  insights: open.input(z.object(who)).query(() => ({
    totalAssignedJobs: 3,
    activeJobs: 3,
    completedJobs: 0,
    pendingPaymentAmount: 120.1,
    totalEarnedAmount: null,
  })),
  account: open.input(z.object(who)).query(({ input }) =>
    input.contractorId === "nobody"
      ? null
      : {
          contractorId: input.contractorId,
          companyName: "Garioch Property Care Ltd",
          displayName: "Garioch",
          email: null,
          phone: "07700 900100",
          trades: ["Plumber"],
          isActive: true,
          metadata: {},
        },
  ),
  contacts: open
    .input(z.object(who))
    .query(() => [{ contactId: "C1", name: "Office", isPrimary: true, metadata: {} }]),
  maintenanceJobs: open
    .input(z.object({ ...who, offset: z.number().optional(), count: z.number().optional() }))
    .query(({ input }) => {
      const from = input.offset ?? 0;
      return Object.values(jobs).slice(from, from + (input.count ?? 2));
    }),
  maintenanceJobDetails: open.input(z.object(about)).query(({ input }) => found(input.jobId)),
  maintenanceJobNotes: open
    .input(z.object(about))
    .query(({ input }) => notes.filter((note) => note.jobId === input.jobId)),
  toggleJobCompletion: open
    .input(z.object({ ...about, completed: z.boolean() }))
    .mutation(({ input }) => {
      const job = found(input.jobId);
      if (!job) throw new TRPCError({ code: "NOT_FOUND", message: `No job ${input.jobId}` });
      job.status = input.completed ? "Completed" : "Open";
    }),
  addJobNote: open.input(z.object({ ...about, text: z.string() })).mutation(({ input }) => {
    const noteId = `N${notes.length + 1}`;
    notes.push({ noteId, jobId: input.jobId, text: input.text, createdAt: null, metadata: {} });
    return { noteId };
  }),
  statements: open
    .input(z.object({ ...who, dateFrom: z.string().optional(), dateTo: z.string().optional() }))
    .query(({ input }) => ({
      entries: [
        {
          entryId: "E1",
          date: "2026-03-05T00:00:00.000Z",
          description: input.dateFrom ?? "all",
          debit: null,
          credit: 120.1,
          balance: 120.1,
          jobId: "J1",
          invoiceNumber: "H-1",
          metadata: {},
        },
      ],
      openingBalance: 0,
      closingBalance: 120.1,
      totalDebits: null,
      totalCredits: 120.1,
      periodStart: null,
      periodEnd: null,
    })),
  pendingStatements: open
    .input(z.object(who))
    .query(() => invoices.map((each, n) => ({ entryId: `PE${n}`, ...each, metadata: {} }))),
  submitInvoice: open
    .input(
      z.object({
        ...about,
        amount: z.number().positive(),
        reference: z.string(),
        vatAmount: z.number().optional(),
        documents: z.array(z.object({ DocumentName: z.string(), Content: z.string() })),
      }),
    )
    .mutation(({ input }) => {
      if (!found(input.jobId)) return { invoiceId: null, success: false, message: "No such job" };
      const { amount, jobId, reference } = input;
      invoices.push({ amount, jobId, invoiceNumber: reference, status: "Submitted" });
      return { invoiceId: `INV-${invoices.length}`, success: true, message: null, metadata: {} };
    }),
});

const server = createHTTPServer({
  router: t.router({ contractor }),
  basePath: "/api/trpc/",
  createContext: ({ req }) => ({
    isSignedIn:
      req.headers.cookie === "portal=s3ssion; theme=dark" ||
      req.headers.authorization === "Bearer s3ssion",
  }),
});
const listening = server.server ?? server;
// The standalone adapter of version 10 knows no base path.
if (version === "10") {
  const [handle] = listening.listeners("request");
  listening.removeAllListeners("request");
  listening.on("request", (req, res) => {
    req.url = req.url.replace("/api/trpc", "");
    handle(req, res);
  });
}
listening.listen(0, "127.0.0.1", () => console.log(listening.address().port));

CREATE TABLE "search_marks" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"place" text NOT NULL,
	"done" bigint NOT NULL,
	"asked_at" bigint NOT NULL,
	"started_at" bigint
);
--> statement-breakpoint
CREATE TABLE "bulk_runs" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"change" jsonb NOT NULL,
	"filter" jsonb,
	"total" bigint,
	"undone_by_id" text,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "bulk_targets" (
	"operation_id" text NOT NULL,
	"position" bigint NOT NULL,
	"ticket_id" text NOT NULL,
	"number" text,
	"outcome" text NOT NULL,
	"code" text,
	"detail" text,
	"restored" bigint,
	"skipped" jsonb,
	CONSTRAINT "bulk_targets_operation_id_position_pk" PRIMARY KEY("operation_id","position")
);
--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_operation_id_ticket_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."ticket_operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_undone_by_id_agents_id_fk" FOREIGN KEY ("undone_by_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_targets" ADD CONSTRAINT "bulk_targets_operation_id_bulk_runs_operation_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."bulk_runs"("operation_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_targets_outcome" ON "bulk_targets" USING btree ("operation_id","outcome","position");
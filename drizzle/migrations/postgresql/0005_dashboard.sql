CREATE TABLE "report_runs" (
	"id" text PRIMARY KEY NOT NULL,
	"schedule_id" text NOT NULL,
	"from_day" text NOT NULL,
	"to_day" text NOT NULL,
	"due_at" bigint NOT NULL,
	"is_late" boolean NOT NULL,
	"status" text NOT NULL,
	"delivery" text NOT NULL,
	"file_name" text NOT NULL,
	"file_hash" text,
	"file_size" bigint,
	"created_at" bigint NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "report_schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"group_by" text NOT NULL,
	"department_id" text,
	"site_id" text,
	"every" text NOT NULL,
	"hour" bigint NOT NULL,
	"time_zone" text NOT NULL,
	"format" text NOT NULL,
	"language" text NOT NULL,
	"emails" jsonb NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"next_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollup_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"figure" text NOT NULL,
	"day" text NOT NULL,
	"site_id" text NOT NULL,
	"department_id" text NOT NULL,
	"service_item_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"ticket_id" text NOT NULL,
	"at" bigint NOT NULL,
	"value" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollup_tickets" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"site_id" text NOT NULL,
	"department_id" text NOT NULL,
	"service_item_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"is_unresolved" boolean NOT NULL,
	"is_helped" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "report_runs" ADD CONSTRAINT "report_runs_schedule_id_report_schedules_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."report_schedules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_schedules" ADD CONSTRAINT "report_schedules_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "report_runs_schedule" ON "report_runs" USING btree ("schedule_id","due_at");--> statement-breakpoint
CREATE INDEX "report_schedules_owner" ON "report_schedules" USING btree ("owner_id","created_at");--> statement-breakpoint
CREATE INDEX "rollup_entries_day" ON "rollup_entries" USING btree ("figure","day","at","id");--> statement-breakpoint
CREATE INDEX "rollup_entries_department" ON "rollup_entries" USING btree ("figure","department_id","day","at","id");--> statement-breakpoint
CREATE INDEX "rollup_entries_ticket" ON "rollup_entries" USING btree ("ticket_id");--> statement-breakpoint
CREATE INDEX "rollups_scope" ON "rollups" USING btree ("figure","department_id","site_id","day","count","sum");
CREATE TABLE "notification_quiet" (
	"agent_id" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"from_time" text NOT NULL,
	"to_time" text NOT NULL,
	"is_urgent_loud" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notification_quiet" ADD CONSTRAINT "notification_quiet_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;
CREATE TABLE "notification_letters" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"page" text NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"at" bigint NOT NULL,
	"event_seq" bigint NOT NULL,
	"quiet_until" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notification_letters" ADD CONSTRAINT "notification_letters_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notification_letters_person" ON "notification_letters" USING btree ("agent_id","channel","quiet_until");--> statement-breakpoint
INSERT INTO "notification_preferences" ("agent_id", "kind", "channel", "is_on")
SELECT p."agent_id", k."kind", p."channel", p."is_on" FROM "notification_preferences" p
INNER JOIN (
	SELECT 'added' AS "kind", 'assigned' AS "topic"
	UNION ALL SELECT 'citizen_replied', 'citizen'
	UNION ALL SELECT 'urged', 'citizen'
	UNION ALL SELECT 'reopened', 'citizen'
	UNION ALL SELECT 'sla_warned', 'sla'
	UNION ALL SELECT 'sla_breached', 'sla'
	UNION ALL SELECT 'sla_step', 'sla'
	UNION ALL SELECT 'sla_digest', 'sla'
	UNION ALL SELECT 'escalation_raised', 'escalation'
	UNION ALL SELECT 'escalation_climbed', 'escalation'
	UNION ALL SELECT 'escalation_unacknowledged', 'escalation'
	UNION ALL SELECT 'escalation_handed_over', 'escalation'
	UNION ALL SELECT 'escalation_referred', 'escalation'
	UNION ALL SELECT 'escalation_refused', 'escalation'
	UNION ALL SELECT 'escalation_returned', 'escalation'
	UNION ALL SELECT 'escalation_accepted', 'escalation'
	UNION ALL SELECT 'escalation_reopened', 'escalation'
	UNION ALL SELECT 'escalation_reminded', 'escalation'
	UNION ALL SELECT 'export_ready', 'system'
	UNION ALL SELECT 'import_done', 'system'
	UNION ALL SELECT 'webhook_disabled', 'system'
) k ON k."topic" = p."kind"
WHERE true
ON CONFLICT DO NOTHING;--> statement-breakpoint
DELETE FROM "notification_preferences" WHERE "kind" IN ('citizen', 'sla', 'escalation', 'system');

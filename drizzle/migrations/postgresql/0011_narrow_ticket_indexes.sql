DROP INDEX "tickets_due";--> statement-breakpoint
DROP INDEX "tickets_escalation";--> statement-breakpoint
DROP INDEX "tickets_next_due";--> statement-breakpoint
DROP INDEX "tickets_department_due";--> statement-breakpoint
CREATE INDEX "tickets_department_escalation" ON "tickets" USING btree ("department_id","updated_at","id") WHERE "tickets"."escalation_level" > 0;--> statement-breakpoint
CREATE INDEX "tickets_assignee_due" ON "tickets" USING btree ("assignee_id","next_due_at","id") WHERE "tickets"."next_due_at" is not null;--> statement-breakpoint
CREATE INDEX "tickets_department_status_priority" ON "tickets" USING btree ("department_id","status","priority","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_due" ON "tickets" USING btree ("sla_state","next_due_at","id") WHERE "tickets"."next_due_at" is not null;--> statement-breakpoint
CREATE INDEX "tickets_escalation" ON "tickets" USING btree ("updated_at","id") WHERE "tickets"."escalation_level" > 0;--> statement-breakpoint
CREATE INDEX "tickets_next_due" ON "tickets" USING btree ("next_due_at","id") WHERE "tickets"."next_due_at" is not null;--> statement-breakpoint
CREATE INDEX "tickets_department_due" ON "tickets" USING btree ("department_id","next_due_at","id") WHERE "tickets"."next_due_at" is not null;
DROP INDEX "escalations_closed";--> statement-breakpoint
DROP INDEX "escalations_ticket";--> statement-breakpoint
DROP INDEX "escalations_owner";--> statement-breakpoint
DROP INDEX "escalations_department";--> statement-breakpoint
DROP INDEX "escalations_status";--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD COLUMN "from_level" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "home_department_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "settle_by" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "due_at" bigint;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "red_light_at" bigint;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "reopen_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "working_ms" bigint;--> statement-breakpoint
CREATE INDEX "escalations_home" ON "escalations" USING btree ("home_department_id","closed_at","raised_at");--> statement-breakpoint
CREATE INDEX "escalations_raiser" ON "escalations" USING btree ("raised_by_id","closed_at");--> statement-breakpoint
CREATE INDEX "escalations_open" ON "escalations" USING btree ("closed_at","raised_at","id");--> statement-breakpoint
CREATE INDEX "escalations_level" ON "escalations" USING btree ("closed_at","level","raised_at","id");--> statement-breakpoint
CREATE INDEX "escalations_due" ON "escalations" USING btree ("closed_at","due_at","id");--> statement-breakpoint
CREATE INDEX "escalations_red" ON "escalations" USING btree ("closed_at","red_light_at");--> statement-breakpoint
CREATE INDEX "escalations_raised" ON "escalations" USING btree ("raised_at","id");--> statement-breakpoint
CREATE INDEX "escalations_ticket" ON "escalations" USING btree ("ticket_id","closed_at");--> statement-breakpoint
CREATE INDEX "escalations_owner" ON "escalations" USING btree ("owner_id","closed_at","raised_at");--> statement-breakpoint
CREATE INDEX "escalations_department" ON "escalations" USING btree ("department_id","closed_at","raised_at");--> statement-breakpoint
CREATE INDEX "escalations_status" ON "escalations" USING btree ("status","raised_at","id");
DROP INDEX "tickets_priority";--> statement-breakpoint
CREATE INDEX "tickets_priority" ON "tickets" USING btree ("priority","status","updated_at","id");
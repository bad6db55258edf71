CREATE INDEX "tickets_created" ON "tickets" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "tickets_next_due" ON "tickets" USING btree ("next_due_at","id");--> statement-breakpoint
CREATE INDEX "tickets_priority" ON "tickets" USING btree ("priority","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_department_created" ON "tickets" USING btree ("department_id","created_at","id");--> statement-breakpoint
CREATE INDEX "tickets_department_due" ON "tickets" USING btree ("department_id","next_due_at","id");--> statement-breakpoint
CREATE INDEX "tickets_department_priority" ON "tickets" USING btree ("department_id","priority","updated_at","id");
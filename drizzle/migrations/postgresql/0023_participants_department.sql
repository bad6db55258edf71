DROP INDEX "ticket_participants_agent";--> statement-breakpoint
ALTER TABLE "ticket_participants" ADD COLUMN "department_id" text;--> statement-breakpoint
UPDATE "ticket_participants" SET "department_id" = "tickets"."department_id" FROM "tickets" WHERE "tickets"."id" = "ticket_participants"."ticket_id";--> statement-breakpoint
ALTER TABLE "ticket_participants" ALTER COLUMN "department_id" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "ticket_participants_agent" ON "ticket_participants" USING btree ("agent_id","department_id","created_at","ticket_id");
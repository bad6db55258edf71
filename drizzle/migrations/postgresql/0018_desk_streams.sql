DROP INDEX "rollups_scope";--> statement-breakpoint
DROP INDEX "ticket_tags_tag";--> statement-breakpoint
ALTER TABLE "rollups" DROP CONSTRAINT "rollups_figure_day_site_id_department_id_service_item_id_agent_id_pk";--> statement-breakpoint
ALTER TABLE "rollups" ADD CONSTRAINT "rollups_figure_department_id_site_id_day_service_item_id_agent_id_pk" PRIMARY KEY("figure","department_id","site_id","day","service_item_id","agent_id");--> statement-breakpoint
ALTER TABLE "ticket_tags" ADD COLUMN "department_id" text;--> statement-breakpoint
ALTER TABLE "ticket_tags" ADD COLUMN "ticket_updated_at" bigint;--> statement-breakpoint
UPDATE "ticket_tags" SET "department_id" = "tickets"."department_id", "ticket_updated_at" = "tickets"."updated_at" FROM "tickets" WHERE "tickets"."id" = "ticket_tags"."ticket_id";--> statement-breakpoint
ALTER TABLE "ticket_tags" ALTER COLUMN "department_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_tags" ALTER COLUMN "ticket_updated_at" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "ticket_tags_department" ON "ticket_tags" USING btree ("tag_id","department_id","ticket_updated_at","ticket_id");--> statement-breakpoint
CREATE INDEX "tickets_item" ON "tickets" USING btree ("service_item_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_department_item" ON "tickets" USING btree ("department_id","service_item_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_assignee_department" ON "tickets" USING btree ("assignee_id","department_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_sla" ON "tickets" USING btree ("sla_state","updated_at","id") WHERE "tickets"."sla_state" in ('warned', 'breached');--> statement-breakpoint
CREATE INDEX "tickets_department_sla" ON "tickets" USING btree ("department_id","sla_state","updated_at","id") WHERE "tickets"."sla_state" in ('warned', 'breached');--> statement-breakpoint
CREATE INDEX "ticket_tags_tag" ON "ticket_tags" USING btree ("tag_id","ticket_updated_at","ticket_id");
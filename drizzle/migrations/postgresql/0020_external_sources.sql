DROP INDEX "tickets_external";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "source_id" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "external_source_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_external" ON "tickets" USING btree ("external_system","external_number","external_source_id");
-- Figures per agent are kept per site too from now on: what is counted already is added up from its entries.
INSERT INTO rollups (figure, day, site_id, department_id, service_item_id, agent_id, count, sum)
SELECT figure || '/agent', day, site_id, '*', '*', agent_id, count(*), sum(value)
FROM rollup_entries
WHERE agent_id <> ''
GROUP BY figure, day, site_id, agent_id;

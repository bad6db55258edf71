/** Where fetched lists are kept. */
export const webhooksKey = ['integrations', 'webhooks']
export const apiKeysKey = ['integrations', 'keys']
export const messagingKey = ['integrations', 'messaging']
export const outboxKey = ['integrations', 'outbox']

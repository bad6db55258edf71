import { describe, expect, it } from 'vitest'
import { requestStage } from './visitors.rules'

describe('how a request stands for the citizen', () => {
  it.each([
    ['waiting', false, 'new', 'waiting'],
    ['active', false, 'open', 'talking'],
    ['wrap_up', false, 'open', 'open'],
    ['closed', false, 'resolved', 'done'],
    ['closed', false, 'open', 'open'],
    ['deferred', false, 'new', 'open'],
    ['closed', false, 'waiting_citizen', 'asked'],
    ['closed', false, 'merged', 'done'],
    ['abandoned', true, 'new', 'expired'],
    ['abandoned', true, 'open', 'open'],
    ['abandoned', true, 'resolved', 'done'],
    ['abandoned', false, 'closed', 'left'],
  ] as const)('%s, expired %s, ticket %s: %s', (status, hasExpired, ticket, stage) => {
    expect(requestStage({ status, hasExpired }, ticket)).toBe(stage)
  })
})

import { describe, expect, it } from 'vitest'
import { PROTOCOL, readHostMessage, readPanelMessage, seal } from './messages'

describe('readPanelMessage', () => {
  it('reads each message the panel may send', () => {
    expect(readPanelMessage(seal({ type: 'ready' }))).toEqual({ type: 'ready' })
    expect(readPanelMessage(seal({ type: 'close' }))).toEqual({ type: 'close' })
    expect(readPanelMessage(seal({ type: 'unread', count: 3 }))).toEqual({ type: 'unread', count: 3 })
    expect(readPanelMessage(seal({ type: 'live', live: true, resume: 'tok' }))).toEqual({
      type: 'live',
      live: true,
      resume: 'tok',
    })
    expect(readPanelMessage(seal({ type: 'event', name: 'ticket', payload: 1 }))).toEqual({
      type: 'event',
      name: 'ticket',
      payload: 1,
    })
  })

  it('keeps "say nothing about resume" apart from "forget it"', () => {
    expect(readPanelMessage(seal({ type: 'live', live: false }))).toMatchObject({ resume: undefined })
    expect(readPanelMessage(seal({ type: 'live', live: false, resume: null }))).toMatchObject({
      resume: null,
    })
  })

  it.each([
    null,
    'ready',
    42,
    [],
    { type: 'ready' },
    { type: 'ready', bangban: PROTOCOL + 1 },
    { type: 'unread', count: -1, bangban: PROTOCOL },
    { type: 'unread', count: 1.5, bangban: PROTOCOL },
    { type: 'unread', count: '3', bangban: PROTOCOL },
    { type: 'live', live: 'yes', bangban: PROTOCOL },
    { type: 'event', name: '', bangban: PROTOCOL },
    { type: 'event', name: 'x'.repeat(61), bangban: PROTOCOL },
    { type: 'navigate', bangban: PROTOCOL },
  ])('refuses %j', (data) => expect(readPanelMessage(data)).toBeNull())
})

describe('readHostMessage', () => {
  it('reads identify, open, close and resume', () => {
    expect(readHostMessage(seal({ type: 'identify', jwt: 'a.b.c' }))).toEqual({
      type: 'identify',
      jwt: 'a.b.c',
    })
    expect(readHostMessage(seal({ type: 'open' }))).toEqual({ type: 'open' })
    expect(readHostMessage(seal({ type: 'resume', code: null }))).toEqual({ type: 'resume', code: null })
  })

  it.each([
    { type: 'identify', jwt: '', bangban: PROTOCOL },
    { type: 'identify', jwt: { a: 1 }, bangban: PROTOCOL },
    { type: 'identify', jwt: 'x'.repeat(8001), bangban: PROTOCOL },
    { type: 'resume', bangban: PROTOCOL },
    { type: 'open' },
  ])('refuses %j', (data) => expect(readHostMessage(data)).toBeNull())
})

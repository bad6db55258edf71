import { expect, it } from 'vitest'
import { mayTakeFocus } from './wrap-up-focus'

const due = { canComplete: true, isShown: true, isOutcomeMissing: true, isTyping: false }

it('takes the focus when the wrap-up is due and in sight', () => {
  expect(mayTakeFocus(due)).toBe(true)
})

it.each([{ canComplete: false }, { isShown: false }, { isOutcomeMissing: false }, { isTyping: true }])(
  'leaves it where it is with %j',
  (other) => {
    expect(mayTakeFocus({ ...due, ...other })).toBe(false)
  },
)

import { describe, expect, it } from 'vitest'
import { classifyDeviceFailure, type FailureContext, shouldAskSeparately } from './devices.rules'

const fine: FailureContext = {
  isSecureContext: true,
  hasMediaDevices: true,
  isAllowedByPolicy: true,
  permission: 'denied',
}

describe('classifyDeviceFailure', () => {
  it.each([
    ['NotAllowedError', 'Permission denied', {}, 'denied'],
    ['NotAllowedError', 'Permission denied by system', {}, 'denied'],
    ['NotAllowedError', 'Permission dismissed', { permission: 'prompt' }, 'dismissed'],
    ['NotAllowedError', 'The request is not allowed', { permission: 'prompt' }, 'dismissed'],
    ['NotAllowedError', 'The request is not allowed', { permission: null }, 'denied'],
    ['NotAllowedError', 'Permission denied', { isAllowedByPolicy: false }, 'policy-blocked'],
    ['SecurityError', '', { isAllowedByPolicy: null }, 'denied'],
    ['PermissionDeniedError', '', {}, 'denied'],
    ['NotFoundError', '', {}, 'not-found'],
    ['DevicesNotFoundError', '', {}, 'not-found'],
    ['OverconstrainedError', '', {}, 'not-found'],
    ['NotReadableError', '', {}, 'in-use'],
    ['TrackStartError', '', {}, 'in-use'],
    ['AbortError', '', {}, 'in-use'],
    ['NotSupportedError', '', {}, 'unsupported'],
    ['TypeError', '', { hasMediaDevices: false }, 'unsupported'],
    ['TypeError', '', { hasMediaDevices: false, isSecureContext: false }, 'insecure-context'],
    ['TypeError', '', {}, 'unknown'],
    [undefined, undefined, {}, 'unknown'],
  ] as const)('%s "%s" %o → %s', (name, message, context, expected) => {
    expect(classifyDeviceFailure({ name, message }, { ...fine, ...context })).toBe(expected)
  })
})

describe('shouldAskSeparately', () => {
  it.each([
    ['not-found', 'prompt', 'prompt', true],
    ['in-use', 'granted', 'granted', true],
    ['unknown', null, null, true],
    ['policy-blocked', 'denied', 'granted', true],
    ['denied', 'denied', 'granted', true],
    ['denied', 'denied', 'denied', false],
    ['denied', null, null, false],
    ['dismissed', 'prompt', 'prompt', false],
    ['insecure-context', null, null, false],
    ['unsupported', null, null, false],
  ] as const)('%s, camera %s, microphone %s → %s', (failure, camera, microphone, expected) => {
    expect(shouldAskSeparately(failure, { camera, microphone })).toBe(expected)
  })
})

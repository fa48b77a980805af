/** @file A thread, and who has started it, as they see each other. */

/** As whoever has started it sees it. Messages to it wait until it listens. */
export interface Thread {
  readonly postMessage: (message: unknown, transferred?: readonly ArrayBuffer[]) => void;
  /**
   * In place of who listened before.
   * @param fail told of an error that nobody has caught, or that the thread has ended
   */
  readonly listen: <Message>(
    hear: (message: Message) => void,
    fail: (cause: Error & { code?: string }) => void,
  ) => void;
  /** Keeps the process alive, as it does at first; `unref` ends that. Pages live without. */
  readonly ref: () => void;
  readonly unref: () => void;
  /** Ends it and all that it has started, whatever it is at. */
  readonly terminate: () => unknown;
}

/** As its thread sees it. */
export interface Starter {
  readonly postMessage: (message: unknown, transferred?: readonly ArrayBuffer[]) => void;
  readonly listen: <Message>(hear: (message: Message) => void) => void;
}

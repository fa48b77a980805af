/** @file Stub. */

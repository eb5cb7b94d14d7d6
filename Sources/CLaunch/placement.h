#pragma once

/// Notes which processors the caller may use, before the process forks that is to be placed.
void rf_note_processors(void);

/// Has a child begin on another processor than this one, if the caller may use one.
void rf_place_elsewhere(int process);

/// Gives the calling process the caller's processors again: the one that was placed or its child, once what it was told
/// shows that the placing is over.
/// @return 0, or -errno when it has fewer than the caller.
long rf_place_anywhere(void);

"""Shannon's mouse: a maze is explored once, and walked straight the second time."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from principles import validation
from principles.signatures import checked

HEADINGS = ((-1, 0), (0, -1), (1, 0), (0, 1))  # up, left, down, right: each a quarter turn after the last


@dataclass(frozen=True)
class Maze:
    """A square maze: `doors` holds the pairs of neighbouring cells that are joined."""

    size: int
    doors: frozenset

    def passable(self, cell, heading) -> bool:
        """Whether the mouse can leave the cell in that direction."""
        return frozenset((cell, _next(cell, heading))) in self.doors


def _next(cell, heading):
    return cell[0] + HEADINGS[heading][0], cell[1] + HEADINGS[heading][1]


def random_maze(size: int, *, extra_doors: int, rng: np.random.Generator) -> Maze:
    """A maze in which all cells are joined: a random tree of doors, and some more that make loops.

    Args:
        size: cells along a side.
        extra_doors: how many walls of the tree to open besides.
        rng: a numpy generator.
    """
    validation.generator("rng", rng)
    cells = [(r, c) for r in range(validation.count("size", size, least=2)) for c in range(size)]
    walls = [frozenset((cell, _next(cell, heading))) for cell in cells for heading in (2, 3) if _next(cell, heading) in cells]
    group, doors, left_over = {cell: cell for cell in cells}, set(), []
    for k in rng.permutation(len(walls)):
        a, b = (_root(group, cell) for cell in sorted(walls[k]))
        if a == b:
            left_over.append(walls[k])
        else:
            group[a] = b
            doors.add(walls[k])
    return Maze(size, frozenset(doors | set(left_over[: validation.count("extra_doors", extra_doors, least=0)])))


def _root(group, cell):
    while group[cell] != cell:
        cell = group[cell]
    return cell


def _inside(maze, **cells):
    for name, cell in cells.items():
        if not all(0 <= place < maze.size for place in cell):
            raise ValueError(f"{name} must be a cell of the maze, (0, 0) to ({maze.size - 1}, {maze.size - 1}); got {cell}")


@checked
def explore(maze: Maze, start, goal) -> tuple[list, dict]:
    """First run of the mouse (Section 1.2.1): in every cell, try the direction a quarter turn after the remembered one.

    A wall makes it turn on. The direction in which a cell is left is remembered for that
    cell, two bits a cell. This is Shannon's rule for his machine.

    Returns:
        The cells in the order visited, and the memory: the last way out of each cell.

    Raises:
        ValueError: if no path joins start and goal.
    """
    shortest(maze, start, goal)  # a goal that cannot be reached is refused here
    memory: dict[tuple[int, int], int] = {}
    path = [start]
    while path[-1] != goal:
        cell = path[-1]
        first = memory.get(cell, 3) + 1
        heading = next(h % 4 for h in range(first, first + 4) if maze.passable(cell, h % 4))
        memory[cell] = heading
        path.append(_next(cell, heading))
    return path, memory


@checked
def recall(memory: dict, start, goal) -> list:
    """Second run (Section 1.2.1): from cell to cell by the remembered way out, with no search at all."""
    path = [start]
    while path[-1] != goal:
        if len(path) > len(memory) + 1:
            raise ValueError(f"memory must lead to the goal; it runs in circles from {start}")
        if path[-1] not in memory:
            raise ValueError(f"memory must lead to the goal; it holds no way out of {path[-1]}")
        path.append(_next(path[-1], memory[path[-1]]))
    return path


@checked
def shortest(maze: Maze, start, goal) -> int:
    """Number of steps of a shortest path, by breadth-first search.

    Raises:
        ValueError: if no path joins start and goal.
    """
    _inside(maze, start=start, goal=goal)
    steps, queue = {start: 0}, deque([start])
    while goal not in steps:
        if not queue:
            raise ValueError(f"maze must have a path from {start} to {goal}")
        cell = queue.popleft()
        for heading in range(4):
            if maze.passable(cell, heading) and (other := _next(cell, heading)) not in steps:
                steps[other] = steps[cell] + 1
                queue.append(other)
    return steps[goal]

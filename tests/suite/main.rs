//! The suite.

mod arrows;
mod book;
mod command_line;
mod copies;
mod diff;
mod doctor;
mod exercises;
mod hints;
mod mutants;
mod near_misses;
mod offline;
mod pages;
mod picture;
mod programs;
mod reset;
mod right_programs;
mod solution_rows;
mod solutions;
mod tidy;
mod watch;
mod wire;

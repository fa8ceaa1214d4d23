//! The suite.

mod arrows;
mod book;
mod class;
mod command_line;
mod copies;
mod diff;
mod doctor;
mod exercises;
mod grade;
mod hints;
mod hostile;
mod junit;
mod mutants;
mod near_misses;
mod offline;
mod pages;
mod picture;
mod programs;
mod reset;
mod right_programs;
mod seeds;
mod solution_rows;
mod solutions;
mod tidy;
mod wire;
